-- Stores entries behind those that are there, or in their place. Checks everything before it writes anything, and what
-- it writes first is what a full server refuses.
-- KEYS meta, log, inbox, blobs
-- ARGV incarnation, epoch, nonce, expected length, append id, lease in ms, ttl in ms or 0, wake or '', latest time
--      or '', '' or + and the program, time of the last entry, 1 to replace, number of taken, number of known or -1 for
--      any, twice that of blobs, the taken, the known, names and contents of blobs, the entries
local meta, log, inbox, blobs = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local m = redis.call('HMGET', meta, 'inc', 'epoch', 'nonce', 'last', 'len', 'count', 'took')
local count = redis.call('LLEN', log)
redis.call('HLEN', inbox) -- fails here, before the first write, if it is something else
redis.call('HLEN', blobs)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if not m[1] and count > 0 then return {'BROKEN', 'none', count} end
if m[1] ~= ARGV[1] then return {'GONE'} end
if m[2] ~= ARGV[2] or m[3] ~= ARGV[3] then return {'FENCED'} end
if count ~= tonumber(m[6]) then return {'BROKEN', m[6], count} end
if m[4] == ARGV[5] then return {'ALREADY'} end
if m[5] ~= ARGV[4] then return {'CONFLICT', m[5]} end
if ARGV[9] ~= '' and now > tonumber(ARGV[9]) then return {'STALE'} end

local taken = tonumber(ARGV[13])
local known = tonumber(ARGV[14])
local blob = 16 + taken + math.max(known, 0)
local first = blob + tonumber(ARGV[15])
if known >= 0 then
  local names = {}
  for i = 16, blob - 1 do names[ARGV[i]] = true end
  for _, name in ipairs(redis.call('HKEYS', inbox)) do
    if string.sub(name, 1, 1) == 'd' and not names[name] then return {'WAITING'} end
  end
end
for i = first, #ARGV, 1000 do
  redis.call('RPUSH', log, unpack(ARGV, i, math.min(i + 999, #ARGV)))
end
if ARGV[12] == '1' then
  redis.call('LTRIM', log, count, -1)
  redis.call('DEL', blobs)
end
for i = blob, first - 1, 2 do redis.call('HSET', blobs, ARGV[i], ARGV[i + 1]) end

local took = m[7] or ''
for i = 16, 15 + taken do
  local waiting = redis.call('HGET', inbox, ARGV[i])
  if waiting then
    took = string.sub(waiting, 17, 32) .. took
    redis.call('HDEL', inbox, ARGV[i])
  end
end
if taken > 0 and redis.call('HLEN', inbox) <= 3 then redis.call('DEL', inbox) end

local added = #ARGV - first + 1
redis.call('HSET', meta, 'until', now + ARGV[6], 'last', ARGV[5], 'len', string.format('%.0f', m[5] + added), 'count',
    redis.call('LLEN', log), 'updated', ARGV[11])
if taken > 0 then redis.call('HSET', meta, 'took', string.sub(took, 1, 16 * 100)) end
if ARGV[10] ~= '' then redis.call('HSET', meta, 'program', string.sub(ARGV[10], 2)) end
if ARGV[8] ~= '' then redis.call('HSET', meta, 'wake', ARGV[8]) else redis.call('HDEL', meta, 'wake') end
if ARGV[7] ~= '0' then
  for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, now + ARGV[7]) end
end
return {'OK'}
