import { MemoryAdapter } from './memory-adapter.ts'
import { startProvider } from './provider.ts'
import { obey } from './subject.ts'

obey(() => startProvider(model => new MemoryAdapter(model)))
