-- Enters a user into the sets of items, unless the user's journal is another one by now: a deleted user must leave no trace.
-- KEYS: journal, then a set for each item. ARGV: user, position of the journal's first entry (7 bytes).
local first = redis.call('LINDEX', KEYS[1], 1)
if not first or string.sub(first, 1, 7) ~= ARGV[2] then
  return 0
end
for i = 2, #KEYS do
  redis.call('ZADD', KEYS[i], 0, ARGV[1])
end
return 1
