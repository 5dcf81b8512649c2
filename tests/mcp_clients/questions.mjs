// Questions to the sample (cli/sample.ndjson), as a tool call and as the command line that asks the same.

const DAY = '2026-11-26T09:00:00Z';

export const QUESTIONS = [
  ['query_timeline', { from: '2025-01-01', limit: 20 }, ['timeline', '--from', '2025-01-01', '--limit', '20']],
  ['query_timeline', { from: '2025-01-01', event_type: 'ADRCreated', order: 'asc' }, ['timeline', '--from', '2025-01-01', '--event-type', 'ADRCreated', '--order', 'asc']],
  ['query_timeline', { from: '2025-01-01', actor: ['founder', 'nobody'], to: DAY }, ['timeline', '--from', '2025-01-01', '--actor', 'founder', '--actor', 'nobody', '--to', DAY]],
  ['query_timeline', { from: '2025-01-01', known_at: '10' }, ['timeline', '--from', '2025-01-01', '--known-at', '10']],
  ['list_entities', {}, ['list']],
  ['list_entities', { entity_type: ['adr'], status: ['accepted'], at: DAY }, ['list', '--entity-type', 'adr', '--status', 'accepted', '--at', DAY]],
  ['list_entities', { limit: 3 }, ['list', '--limit', '3']],
  ['query_entity_history', { entity_id: 'ADR-0000', entity_type: 'adr' }, ['history', 'adr/ADR-0000']],
  ['query_entity_history', { entity_id: 'CR-3', include_state: true }, ['replay', 'CR-3']],
  ['query_entity_history', { entity_id: 'CR-3', limit: 1 }, ['history', 'CR-3', '--limit', '1']],
  ['time_travel', { entity_id: 'ADR-0001', at: DAY }, ['at', 'ADR-0001', '--at', DAY]],
  ['time_travel', { entity_id: 'codec', entity_type: 'element' }, ['at', 'element/codec']],
  ['time_travel', { entity_id: 'api|TRACES_TO|query' }, ['at', 'api|TRACES_TO|query']],
  ['compare_versions', { from: 'adr/ADR-0000@1', to: 'adr/ADR-0000@2' }, ['diff', 'adr/ADR-0000@1', 'adr/ADR-0000@2']],
  ['query_impact', { id: 'codec', direction: 'upstream' }, ['impact', 'codec', '--direction', 'upstream']],
  ['query_impact', { id: 'codec', direction: 'both', depth: 2, relations: ['TRACES_TO'], at: DAY }, ['impact', 'codec', '--direction', 'both', '--depth', '2', '--relations', 'TRACES_TO', '--at', DAY]],
  ['query_impact', { id: 'CR-3', label: 'ChangeRequest', relations: 'all', limit: 3 }, ['impact', 'CR-3', '--label', 'ChangeRequest', '--relations', 'all', '--limit', '3']],
  ['query_impact_chain', { change_request_id: 'CR-3' }, ['chain', 'CR-3']],
  ['query_impact_chain', { change_request_id: 'CR-3', depth: 0, at: DAY }, ['chain', 'CR-3', '--depth', '0', '--at', DAY]],
  ['explain_path', { from: 'cli', to: 'cap-timeline' }, ['why', 'cli', 'cap-timeline']],
  ['explain_path', { from: 'codec', to: 'cap-mcp' }, ['why', 'codec', 'cap-mcp']],
  ['query_coverage', {}, ['coverage']],
  ['query_coverage', { view: 'orphans', layer: 'business' }, ['orphans', '--layer', 'business']],
];

/** Pictures: the text is the picture. */
export const PICTURES = ['mermaid', 'dot', 'graphml', 'cytoscape'].flatMap((format) => [
  ['query_impact', { id: 'codec', at: DAY, format }, ['impact', 'codec', '--at', DAY, '--format', format]],
  ['query_impact_chain', { change_request_id: 'CR-3', at: DAY, format }, ['chain', 'CR-3', '--at', DAY, '--format', format]],
]);

/** What cannot be answered: the code, and what the message must name. */
export const FAILURES = [
  ['query_timeline', { from: '7x' }, 'invalid_argument', /from/],
  ['query_timeline', { limit: 0 }, 'invalid_argument', /limit/],
  ['query_timeline', { limit: '5' }, 'invalid_argument', /limit/],
  ['query_timeline', { limt: 5 }, 'invalid_argument', /limit/],
  ['query_timeline', { cursor: 'rubbish' }, 'invalid_argument', /cursor/],
  ['query_timeline', { order: 'up' }, 'invalid_argument', /desc/],
  ['query_timeline', { known_at: '99999' }, 'invalid_argument', /known_at/],
  ['query_entity_history', {}, 'invalid_argument', /entity_id/],
  ['query_entity_history', { entity_id: 'ADR-001' }, 'not_found', /ADR-0001/],
  ['time_travel', { entity_id: 'nothing-like-it' }, 'not_found', /./],
  ['compare_versions', { from: 'adr/ADR-0000@1', to: 'adr/ADR-0000@9' }, 'not_found', /./],
  ['compare_versions', { from: 'adr/ADR-0000@1', to: 'change_request/CR-3@1' }, 'invalid_argument', /./],
  ['query_impact', { id: 'codecs' }, 'not_found', /codec/],
  ['query_impact', { id: 'codec', depth: 65 }, 'invalid_argument', /depth/],
  ['query_impact_chain', { change_request_id: 'CR-99' }, 'not_found', /./],
  ['explain_path', { from: 'codec', to: 'cap-timelin' }, 'not_found', /cap-timeline/],
  ['query_coverage', { layer: 'business' }, 'invalid_argument', /layer/],
  ['create_change_request', { change_request_id: 'CR-3', title: 'again' }, 'version_conflict', /2/],
  ['create_change_request', { change_request_id: 'CR-100' }, 'invalid_argument', /title/],
  ['update_change_request', { change_request_id: 'CR-3' }, 'invalid_argument', /./],
  ['update_change_request', { change_request_id: 'CR-3', reason: 'x' }, 'invalid_argument', /status/],
  ['update_change_request', { change_request_id: 'CR-33', status: 'done' }, 'not_found', /CR-3/],
  ['add_traceability_link', { from_element: 'a', to_element: 'b', link_type: 'LIKES' }, 'invalid_argument', /TRACES_TO/],
  ['add_traceability_link', { from_element: 'a|b', to_element: 'c' }, 'invalid_argument', /link_id/],
  ['store_governance_event', { event_type: 'T', entity_type: 't', entity_id: 'i', data: '{}' }, 'invalid_argument', /data/],
  ['store_governance_event', { event_type: 'T', entity_type: 't', entity_id: 'i', data: {}, created_at: '2999-01-01T00:00:00Z' }, 'future_timestamp', /./],
  ['store_governance_event', { event_type: 'T', entity_type: 't', entity_id: 'i', data: {}, id: 'x' }, 'invalid_event', /id/],
  ['create_diagram_version', { diagram_id: 'D', elements: [{}] }, 'invalid_argument', /id/],
];
