// expect: nothing
import axios from 'axios'

export const client = axios.create({
  baseURL: 'https://erp.internal/',
  timeout: 8000,
  maxRedirects: 0,
})
