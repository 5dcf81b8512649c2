// read.mjs FOLDER: FOLDER/node_modules holds mermaid, jsdom and cytoscape. Standard input is a JSON list of pictures, {format, text}; standard
// output tells for each what its own library read: {nodes, edges}, or {error}.
//
//   mermaid     the picture is drawn, as a browser would: nodes {id, lines, marked}, lines being the text that stands in the box; edges {from, to,
//               relation, arrow}, as the parser has them; "svg": the names of all elements inside the boxes, so that a script would be seen
//   cytoscape   nodes {id, data}, edges {from, to, relation}, and data, the picture's own
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(resolve(process.argv[2], 'none.js'));
const { JSDOM } = require('jsdom');
const cytoscape = require('cytoscape');

async function loadMermaid() {
  const { window } = new JSDOM('<body></body>');
  Object.assign(globalThis, { window, document: window.document });
  for (const name of ['Element', 'Node', 'XMLSerializer', 'CSSStyleSheet']) globalThis[name] ??= window[name];
  // Nothing is laid out without a screen, so each text gets the same place.
  window.SVGElement.prototype.getBBox = () => ({ x: 0, y: 0, width: 100, height: 20 });
  window.SVGElement.prototype.getComputedTextLength = () => 100;
  const { default: mermaid } = await import(pathToFileURL(require.resolve('mermaid')));
  mermaid.initialize({ startOnLoad: false });
  return mermaid;
}

function linesOf(box) {
  for (const end of box.querySelectorAll('br')) end.replaceWith('\n');
  return box.textContent.split('\n');
}

async function readMermaid(mermaid, text, number) {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const { svg } = await mermaid.render(`picture${number}`, text);
  const page = new JSDOM(svg).window.document;
  const boxes = [...page.querySelectorAll('g.node')];
  const elements = new Set(boxes.flatMap((box) => [...box.querySelectorAll('*')].map((element) => element.localName)));
  return {
    nodes: boxes.map((box) => ({
      id: box.id.match(/flowchart-(n\d+)-\d+$/)[1],
      lines: linesOf(box.querySelector('.nodeLabel')),
      marked: box.querySelector('.label-container').getAttribute('style').includes('stroke-width:4px'),
    })),
    edges: db.getEdges().map(({ start, end, text, type }) => ({ from: start, to: end, relation: text, arrow: type })),
    svg: [...elements].sort(),
  };
}

function readCytoscape(text) {
  const graph = cytoscape({ headless: true, ...JSON.parse(text) });
  return {
    nodes: graph.nodes().map((node) => ({ id: node.id(), data: node.data() })),
    edges: graph.edges().map((edge) => ({ from: edge.source().id(), to: edge.target().id(), relation: edge.data('relation') })),
    data: graph.data(),
  };
}

const pictures = JSON.parse(readFileSync(0, 'utf8'));
const mermaid = await loadMermaid();
const answers = [];
for (const [number, { format, text }] of pictures.entries()) {
  try {
    answers.push(format === 'mermaid' ? await readMermaid(mermaid, text, number) : readCytoscape(text));
  } catch (error) {
    answers.push({ error: String(error.message ?? error) });
  }
}
process.stdout.write(JSON.stringify(answers));
