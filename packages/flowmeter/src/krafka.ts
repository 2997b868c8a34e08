export * from '@flowmeter/instruments/krafka';
