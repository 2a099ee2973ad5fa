import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
@Injectable()
export class UsersService {
  constructor(private readonly dataSource: DataSource) {}
  find(name: string) {
    return this.dataSource.query(`select * from users where name = '${name}'`);
  }
}
