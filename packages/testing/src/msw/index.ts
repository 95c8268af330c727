export {
  type Account,
  type AuthHandlers,
  type AuthHandlersOptions,
  authHandlers,
} from './auth-handlers.ts'
