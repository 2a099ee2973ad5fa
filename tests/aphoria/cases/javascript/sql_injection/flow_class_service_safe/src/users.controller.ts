import { Controller, Get, Query } from '@nestjs/common';
import { UsersService } from './users.service';
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}
  @Get()
  find(@Query('name') name: string) {
    return this.users.find(name);
  }
}
