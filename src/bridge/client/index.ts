export {
  createEngineClient,
  type ApiCall,
  type EngineClient,
  type PlainUpdate,
  type StreamListener,
} from './engine-client.ts'
