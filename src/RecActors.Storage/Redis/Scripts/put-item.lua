-- Writes or deletes an item and its entry in the feed, in one step.
-- KEYS: number, items, feed, ids. ARGV: item id, the item's last change as the writer knows it (0: none; empty: whatever it is),
-- record (none: the item is deleted).
-- Returns the change's number; 0 when the item's last change is another one, and nothing is written.
if ARGV[2] ~= '' and tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or '0') ~= tonumber(ARGV[2]) then
  return 0
end
local number = redis.call('INCR', KEYS[1])
if ARGV[3] then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
  redis.call('ZADD', KEYS[4], 0, ARGV[1])
else
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[4], ARGV[1])
end
redis.call('ZADD', KEYS[3], number, ARGV[1])
return number
