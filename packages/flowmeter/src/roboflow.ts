export * from '@flowmeter/instruments/roboflow';
