-- Writes or deletes an item and its entry in the feed, in one step.
-- KEYS: number, items, feed, ids. ARGV: item id, record (none: the item is deleted).
-- Returns the change's number.
local number = redis.call('INCR', KEYS[1])
if ARGV[2] then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[4], 0, ARGV[1])
else
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[4], ARGV[1])
end
redis.call('ZADD', KEYS[3], number, ARGV[1])
return number
