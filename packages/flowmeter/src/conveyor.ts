export * from '@flowmeter/instruments/conveyor';
