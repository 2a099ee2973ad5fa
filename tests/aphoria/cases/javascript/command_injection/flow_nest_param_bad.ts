// expect: injection/command = true
import { Controller, Get, Param, ParseIntPipe } from '@nestjs/common';
import { execSync } from 'child_process';
@Controller('jobs')
export class JobsController {
  @Get(':id')
  run(@Param('id') id: string) {
    return execSync('job ' + id).toString();
  }
}
