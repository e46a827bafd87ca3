export {
  createEngineClient,
  type ApiCall,
  type DecisionsListener,
  type EngineClient,
  type PlainUpdate,
  type StreamListener,
} from './engine-client.ts'
