// expect: nothing
import mysql from 'mysql2/promise';
export const pool = mysql.createPool({ host: 'db', password: process.env.DB_PASSWORD });
