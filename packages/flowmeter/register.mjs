import { startFromEnvironment } from 'flowmeter';

startFromEnvironment();
