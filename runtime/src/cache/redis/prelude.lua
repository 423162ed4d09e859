-- KEYS: the state, the bus. ARGV: an epoch to begin if one must be begun, how long the bus is, then the script's own.
local state, bus, fresh, length = KEYS[1], KEYS[2], ARGV[1], ARGV[2]

-- What is there under our name and is not ours is taken away.
local function heal(key, wanted)
  local kind = redis.call('TYPE', key).ok
  if kind ~= wanted and kind ~= 'none' then redis.call('UNLINK', key) end
end

-- Which life of the server this is; empty if it does not say.
local function life()
  local info = redis.pcall('INFO', 'server')
  if type(info) ~= 'string' then return '' end
  return string.match(info, 'run_id:(%w+)') or ''
end

-- The epoch, its last ticket and the life in which it began; nothing if there is no epoch.
local function known()
  local has = redis.call('HMGET', state, 'epoch', 'ticket', 'life')
  if not has[1] or not has[2] or not string.match(has[2], '^%d+$') then return nil end
  return has
end

-- Begins an epoch: nothing that was kept before is valid, and nobody knows what was missed.
local function begin()
  -- Without waiting until it is freed, as it may be large.
  redis.call('UNLINK', state)
  redis.call('HSET', state, 'epoch', fresh, 'ticket', '0', 'life', life())
  redis.call('XADD', bus, 'MAXLEN', '~', length, '*', 'epoch', fresh, 'ticket', '0')
end

heal(state, 'hash')
heal(bus, 'stream')
