// expect: secret/hard_coded/connection_string = true
import mongoose from 'mongoose'

export async function connect(): Promise<void> {
  await mongoose.connect('mongodb://catalog:pY8wLz3Rk6@mongo.internal:27017/catalog', {
    serverSelectionTimeoutMS: 5000,
  })
}
