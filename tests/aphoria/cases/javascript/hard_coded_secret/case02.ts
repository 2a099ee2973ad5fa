// expect: secret/hard_coded/password = true
import mysql from 'mysql2/promise';
export const pool = mysql.createPool({ host: 'db', password: 'Lemon-77-tree' });
