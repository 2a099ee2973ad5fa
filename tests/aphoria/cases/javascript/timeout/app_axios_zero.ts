// expect: timeout/seconds = 0
import axios from 'axios'

export const client = axios.create({
  baseURL: 'https://erp.internal/',
  timeout: 0,
  maxRedirects: 3,
})
