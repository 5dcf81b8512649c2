// What every tool's description keeps to, so that each host takes it.
import { equals, holds } from './checks.mjs';

export const TOOLS = [
  'query_timeline', 'search_events', 'list_entities', 'query_entity_history', 'time_travel', 'compare_versions', 'query_impact', 'query_impact_chain',
  'explain_path', 'query_coverage', 'verify_log', 'create_change_request', 'update_change_request', 'create_diagram_version', 'add_traceability_link',
  'store_governance_event',
];
const WRITES = new Set(TOOLS.slice(11));
const FORBIDDEN = ['$ref', 'oneOf', 'anyOf', 'allOf', 'not', 'if', '$dynamicRef'];
const BYTES_MAX = 24 * 1024;

function eachSchema(schema, visit, path = '') {
  visit(schema, path);
  for (const [name, property] of Object.entries(schema.properties ?? {})) eachSchema(property, visit, `${path}/${name}`);
  if (schema.items !== undefined) eachSchema(schema.items, visit, `${path}/[]`);
}

function checkInput(tool) {
  const what = tool.name;
  const schema = tool.inputSchema;
  equals(`${what}: input is an object`, schema.type, 'object');
  for (const word of FORBIDDEN) holds(`${what}: no ${word} in the input`, !JSON.stringify(schema).includes(`"${word}":`));
  eachSchema(schema, (part, path) => {
    const at = `${what}${path}`;
    holds(`${at}: one type`, typeof part.type === 'string', part);
    if (path !== '' && !path.endsWith('[]')) holds(`${at}: a description`, part.description?.length > 0, part);
    if (part.type === 'string') holds(`${at}: a bound`, part.maxLength !== undefined || part.enum !== undefined, part);
    if (part.type === 'integer') holds(`${at}: a range`, part.minimum !== undefined && part.maximum !== undefined, part);
    if (part.type === 'array') holds(`${at}: maxItems`, part.maxItems !== undefined && part.items !== undefined, part);
    if (part.properties !== undefined) equals(`${at}: closed`, part.additionalProperties, false);
  });
  for (const name of schema.required ?? []) holds(`${what}: requires what it has`, name in schema.properties, name);
}

function checkOutput(tool) {
  const schema = tool.outputSchema;
  if (!holds(`${tool.name}: has an outputSchema`, schema !== undefined)) return;
  equals(`${tool.name}: output is an object`, schema.type, 'object');
  holds(`${tool.name}: output is open`, schema.additionalProperties !== false);
}

function checkAnnotations(tool) {
  const write = WRITES.has(tool.name);
  equals(`${tool.name}: annotations`, tool.annotations, {
    title: tool.title,
    readOnlyHint: !write,
    destructiveHint: false,
    idempotentHint: !write || tool.name === 'create_change_request',
    openWorldHint: false,
  });
  holds(`${tool.name}: a title`, tool.title?.length > 0);
  holds(`${tool.name}: a short name and description`, tool.name.length <= 30 && Buffer.byteLength(tool.description) <= 300, tool.description);
}

/** `result`: the answer to tools/list. */
export function checkTools(what, result) {
  const bytes = Buffer.byteLength(JSON.stringify(result));
  equals(`${what}: tools in their order`, result.tools.map((tool) => tool.name), TOOLS);
  equals(`${what}: one page`, result.nextCursor, undefined);
  holds(`${what}: tools/list within ${BYTES_MAX} bytes`, bytes <= BYTES_MAX, bytes);
  for (const tool of result.tools) {
    checkInput(tool);
    checkOutput(tool);
    checkAnnotations(tool);
    if (WRITES.has(tool.name)) {
      for (const name of ['actor', 'created_at', 'expected_version', 'metadata', tool.name === 'store_governance_event' ? 'id' : 'event_id'])
        holds(`${tool.name}: takes ${name}`, name in tool.inputSchema.properties);
    } else {
      holds(`${tool.name}: takes known_at`, 'known_at' in tool.inputSchema.properties);
    }
  }
  return bytes;
}
