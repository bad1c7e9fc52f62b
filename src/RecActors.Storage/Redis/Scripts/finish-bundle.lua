-- Makes a bundle whose chunks are all there appear, unless one of its version is there already.
-- KEYS: bundle, then all chunks. ARGV: fields and values of the bundle's hash.
-- Returns 1, or 0 when the version exists, or -1 when a chunk has expired.
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then
    return -1
  end
end
for i = 2, #KEYS do
  redis.call('PERSIST', KEYS[i])
end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
