-- Takes a place under each limit, or none at all. A place is a ticket in a sorted set, by the time when it is free again.
-- Everything is read before anything is written, and what is written first is what a full server refuses.
-- KEYS the places of each limit
-- ARGV ticket, then of each limit how many places there are, and how long one is taken in microseconds
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function text(number) return string.format('%.0f', number) end

local refused, longest = 0, 0
for i, key in ipairs(KEYS) do
  local mine = redis.call('ZSCORE', key, ARGV[1])
  if mine and tonumber(mine) > now then return {'TAKEN'} end -- a repeat, whose first answer was lost
  local most = tonumber(ARGV[2 * i])
  local taken = redis.call('ZCOUNT', key, '(' .. text(now), '+inf')
  if taken >= most then
    local free = redis.call('ZRANGEBYSCORE', key, '(' .. text(now), '+inf', 'WITHSCORES', 'LIMIT', taken - most, 1)
    local wait = free[2] - now
    if wait > longest then refused, longest = i, wait end
  end
end
if refused > 0 then return {'REFUSED', refused, longest} end

for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, text(now + ARGV[2 * i + 1]), ARGV[1])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now))
  local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
  redis.call('PEXPIREAT', key, text(math.ceil(last[2] / 1000)))
end
return {'TAKEN'}
