-- Removes every trace of a user, unless the journal has changed since its items were read. An owner finds no header afterwards and is
-- refused. An erasure leaves a keyed hash of the user, by the time until which the user is refused; those whose time is over go.
-- KEYS: journal, touched, users, erased, then a set for each item in the journal. ARGV: user, header as read, empty for no journal,
-- then for an erasure: hash, until (ms), now (ms).
-- Returns 1, or 0 when the journal is another one, and nothing was written.
local header = redis.call('LINDEX', KEYS[1], 0) or ''
if header ~= ARGV[2] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
for i = 5, #KEYS do
  redis.call('ZREM', KEYS[i], ARGV[1])
end
if ARGV[3] then
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[5])
  local known = redis.call('ZSCORE', KEYS[4], ARGV[3])
  if not known or tonumber(known) < tonumber(ARGV[4]) then
    redis.call('ZADD', KEYS[4], ARGV[4], ARGV[3])
  end
end
return 1
