-- Appends a group. Each append is written whole, or not at all where the journal's header is not the one it was meant for. Nothing
-- may fail between the first write and the last, since a script that fails keeps what it has written.
-- KEYS: the clocks of so many partitions, then their counts, touched, and users; then a journal for each append.
-- ARGV: number of partitions; by how much a user is touched ahead; then for each append one string: 13 bytes of the header that the journal must
-- have, 13 of the one that it gets, index of its partition from 0 (2 bytes), bytes of its key before the user (1), number of entries (4), the position
-- up to which the user is touched (7), entries.
-- Returns the position of the first entry, which the others follow without a gap, and the indexes, from 0, of the appends that are refused.
local AT_ONCE = 1000 -- arguments of a command: unpack has a limit, and 4,096 partitions are above it
local call, sub, pack, fields, unpack = redis.call, string.sub, struct.pack, struct.unpack, unpack

-- Every call from a script costs Redis about a microsecond, so what lies by partition is read and written together.
local function add(key, scores)
  for from = 1, #scores, AT_ONCE do
    call('ZADD', key, unpack(scores, from, math.min(from + AT_ONCE - 1, #scores)))
  end
end

local partitions, ahead = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = call('TIME')
local last = time[1] * 1000000 + time[2] - 1
local counts, touched, lasts = {}, {}, {}
for from = 1, 2 * partitions, AT_ONCE do
  local to = math.min(from + AT_ONCE - 1, 2 * partitions)
  local known = call('MGET', unpack(KEYS, from, to))
  for i = from, to do
    local number = tonumber(known[i - from + 1] or '0')
    if i > partitions then
      counts[i - partitions] = number
    else
      touched[i] = {}
      last = math.max(last, number)
    end
  end
end

local answer = { last + 1 }
local numbers = {}
for a = 3, #ARGV do
  local append = ARGV[a]
  local journal = KEYS[partitions * 4 + a - 2]
  if call('LINDEX', journal, 0) == sub(append, 1, 13) then
    local index, prefix, count, known, entries = fields('>I2I1I4I7', append, 27)
    if count > 0 then
      local p = index + 1
      call('RPUSH', journal, pack('>I7', last + 1) .. sub(append, entries))
      call('LSET', journal, 0, sub(append, 14, 26))
      if sub(append, 9, 13) == '\0\0\0\0\0' then
        call('PERSIST', journal)
        call('ZADD', KEYS[partitions * 3 + p], 0, sub(journal, prefix + 1))
      end
      last = last + count
      counts[p] = counts[p] + count
      lasts[p] = last
      if last > known then
        local of = touched[p]
        of[#of + 1] = last + ahead
        of[#of + 1] = sub(journal, prefix + 1)
      end
    end
  else
    answer[#answer + 1] = a - 3
  end
end

for p = 1, partitions do
  if lasts[p] then
    numbers[#numbers + 1] = KEYS[p]
    numbers[#numbers + 1] = string.format('%.0f', lasts[p])
    numbers[#numbers + 1] = KEYS[partitions + p]
    numbers[#numbers + 1] = string.format('%.0f', counts[p])
    add(KEYS[partitions * 2 + p], touched[p])
  end
end
for from = 1, #numbers, AT_ONCE do
  call('MSET', unpack(numbers, from, math.min(from + AT_ONCE - 1, #numbers)))
end
return answer
