-- Makes every later append take a position above the given one.
-- KEYS: clocks. ARGV: position.
local position = tonumber(ARGV[1])
for i = 1, #KEYS do
  if tonumber(redis.call('GET', KEYS[i]) or '0') < position then
    redis.call('SET', KEYS[i], ARGV[1])
  end
end
