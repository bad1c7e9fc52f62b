-- Makes a write that replicas can be waited for, where a journal is still the one that was read, or longer.
-- KEYS: journal, clock of its partition. ARGV: epoch, length.
-- Returns 1; 0 when it is another one, and nothing is written.
local header = redis.call('LINDEX', KEYS[1], 0)
if not header or #header ~= 13 then
  return 0
end
local format, epoch, length = struct.unpack('>I1I7I5', header)
if format ~= 1 or epoch ~= tonumber(ARGV[1]) or length < tonumber(ARGV[2]) then
  return 0
end
redis.call('INCR', KEYS[2])
return 1
