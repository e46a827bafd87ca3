import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// One configuration builds both sides: the page (with the engine's worker) and the companion.
export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  builder: {},
  environments: {
    client: { build: { outDir: 'dist/web', emptyOutDir: true, manifest: true, target: 'es2022' } },
    ssr: {
      build: {
        outDir: 'dist/server',
        emptyOutDir: true,
        ssr: true,
        target: 'node20',
        copyPublicDir: false,
        rollupOptions: { input: { main: 'src/companion/main.ts', simulate: 'src/companion/cli/main.ts' } },
      },
    },
  },
})
