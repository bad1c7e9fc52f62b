-- Takes ownership of a user's journal and reads it, unless the user was erased and is refused: then nothing is written.
-- KEYS: journal, clock of its partition, erased. ARGV: lifetime of a journal without entries, in ms; hash of the user; now, in ms.
-- Returns the new epoch (0: refused), then the elements of the journal, its header first; then until when the user is refused, in ms.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local epoch = math.max(now, tonumber(redis.call('GET', KEYS[2]) or '0') + 1)
local length = 0
local header = redis.call('LINDEX', KEYS[1], 0)
if header then
  if #header ~= 13 or string.byte(header) ~= 1 then
    return redis.error_reply('FORMAT the journal is corrupt, or of a newer format')
  end
  local _, _, known = struct.unpack('>I1I7I5', header)
  length = known
else
  local refused = redis.call('ZSCORE', KEYS[3], ARGV[2])
  if refused and tonumber(refused) > tonumber(ARGV[3]) then
    return { 0, {}, tonumber(refused) }
  end
end
redis.call('SET', KEYS[2], string.format('%.0f', epoch))
local renewed = struct.pack('>I1I7I5', 1, epoch, length)
if header then
  redis.call('LSET', KEYS[1], 0, renewed)
else
  redis.call('RPUSH', KEYS[1], renewed)
end
if length == 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return { epoch, redis.call('LRANGE', KEYS[1], 0, -1), 0 }
