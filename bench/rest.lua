-- wrk's requests for bench/rest.py: GET of wrk's own path, or POST of what BENCH_POST names; the figures as one line of JSON.
local kind = os.getenv("BENCH_POST")
local count, thread = 0, 0

function setup(t)
  t:set("thread", thread)
  thread = thread + 1
end

local heads = { ["Content-Type"] = "application/json" }
local meta = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'

local function event()
  count = count + 1
  return string.format('{"event_type":"ChangeRequestCreated","entity_type":"change_request","entity_id":"BENCH-%d-%d-%d","actor":"bench","data":{"description":"a request that is measured","status":"proposed","risk_level":2}}',
    thread, os.time(), count)
end

if kind == "append" then
  request = function() return wrk.format("POST", nil, heads, event()) end
elseif kind == "mcp" then
  heads["Accept"] = "application/json, text/event-stream"
  heads["MCP-Protocol-Version"] = "2026-07-28"
  heads["Mcp-Method"] = "tools/call"
  heads["Mcp-Name"] = "query_timeline"
  local body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_timeline","arguments":{"limit":20},' .. meta .. '}}'
  request = function() return wrk.format("POST", nil, heads, body) end
end

function done(summary, latency, requests)
  io.write(string.format('JSON {"requests":%d,"us":%d,"p50_us":%d,"p99_us":%d,"bytes":%d,"errors":%d}\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.bytes,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout))
end
