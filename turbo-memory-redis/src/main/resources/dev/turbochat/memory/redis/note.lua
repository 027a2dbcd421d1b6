-- Notes something, if what was noted before still is. Returns what is noted then: a repeat, whose first answer was lost, finds
-- its own.
-- KEYS note
-- ARGV what was noted before, what is from now on, empty for nothing, how long in microseconds
local had = redis.call('GET', KEYS[1]) or ''
if had ~= ARGV[1] then return {had} end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', string.format('%.0f', math.ceil(ARGV[3] / 1000)))
end
return {ARGV[2]}
