-- Removes every trace of a user, unless the journal has changed since its items were read. An owner finds no header afterwards and is
-- refused.
-- KEYS: journal, touched, users, then a set for each item in the journal. ARGV: user, header as read, empty for no journal.
-- Returns 1, or 0 when the journal is another one, and nothing was written.
local header = redis.call('LINDEX', KEYS[1], 0) or ''
if header ~= ARGV[2] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
for i = 4, #KEYS do
  redis.call('ZREM', KEYS[i], ARGV[1])
end
return 1
