export * from '@flowmeter/instruments/deltaforge';
