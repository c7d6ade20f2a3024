// Plain JavaScript, so that an old Node can say what is wrong instead of stumbling over TypeScript.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `This is Node ${process.versions.node}, and Edgetube runs with the one among its packages: run \`npm ci\` (without --ignore-scripts), then \`npm start\`.`,
  );
  process.exit(1);
}
await import("./start.ts");
