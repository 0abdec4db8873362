export function App() {
  return <main>Assay</main>;
}
