-- Appends a group. Each append is written whole, or not at all where its epoch or its expected length is not the journal's. Nothing
-- may fail between the first write and the last, since a script that fails keeps what it has written.
-- KEYS: clock, count, touched and users of each partition; then a journal for each append.
-- ARGV: number of partitions; then for each append: index of its partition from 0, user, epoch, expected length, number of entries, entries.
-- Returns for each append the new length (-1: refused) and the position of its last entry.
local partitions = tonumber(ARGV[1])
local time = redis.call('TIME')
local last = time[1] * 1000000 + time[2] - 1
local clocks, counts, answer = {}, {}, {}
for p = 0, partitions - 1 do
  clocks[p] = tonumber(redis.call('GET', KEYS[p * 4 + 1]) or '0')
  counts[p] = 0
end
local append = 0
for a = 2, #ARGV, 6 do
  append = append + 1
  local p, user, count = tonumber(ARGV[a]), ARGV[a + 1], tonumber(ARGV[a + 4])
  local journal = KEYS[partitions * 4 + append]
  local header = redis.call('LINDEX', journal, 0)
  local length = -1
  local position = 0
  if header and #header == 13 then
    local format, epoch, known = struct.unpack('>I1I7I5', header)
    if format == 1 and epoch == tonumber(ARGV[a + 2]) and known == tonumber(ARGV[a + 3]) then
      length = known + count
      if count > 0 then
        local first = math.max(last, clocks[p]) + 1
        position = first + count - 1
        redis.call('RPUSH', journal, struct.pack('>I7', first) .. ARGV[a + 5])
        redis.call('LSET', journal, 0, struct.pack('>I1I7I5', 1, epoch, length))
        redis.call('ZADD', KEYS[p * 4 + 3], string.format('%.0f', position), user)
        if known == 0 then
          redis.call('PERSIST', journal)
          redis.call('ZADD', KEYS[p * 4 + 4], 0, user)
        end
        last = position
        clocks[p] = position
        counts[p] = counts[p] + count
      end
    end
  end
  answer[append * 2 - 1] = length
  answer[append * 2] = position
end
for p = 0, partitions - 1 do
  if counts[p] > 0 then
    redis.call('SET', KEYS[p * 4 + 1], string.format('%.0f', clocks[p]))
    redis.call('INCRBY', KEYS[p * 4 + 2], counts[p])
  end
end
return answer
