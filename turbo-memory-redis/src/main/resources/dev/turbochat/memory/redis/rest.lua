-- Begins a rest, unless a longer one is under way, or ends it.
-- KEYS rest: the time when it ends in microseconds
-- ARGV how long in microseconds, or 0 to end it
if ARGV[1] == '0' then
  redis.call('DEL', KEYS[1])
  return {'OK'}
end
local time = redis.call('TIME')
local ends = time[1] * 1000000 + time[2] + ARGV[1]
local had = redis.call('GET', KEYS[1])
if not had or tonumber(had) < ends then
  redis.call('SET', KEYS[1], string.format('%.0f', ends), 'PX', string.format('%.0f', math.ceil(ARGV[1] / 1000)))
end
return {'OK'}
