import type { ContractMetric } from './contract-metric.ts';

/** Roboflow: the issue that plans its metrics. It fixes names, types and labels, but no label values and no buckets. */
export const roboflowContract: readonly ContractMetric[] = [
  { name: 'roboflow_episodes_processed_total', type: 'counter', labels: ['dataset_id', 'status'], since: 'seed' },
  { name: 'roboflow_episode_processing_duration_seconds', type: 'histogram', labels: [], since: 'seed' },
  { name: 'roboflow_frames_processed_total', type: 'counter', labels: [], since: 'seed' },
  { name: 'roboflow_bytes_read_total', type: 'counter', labels: ['source'], since: 'seed' },
  { name: 'roboflow_bytes_written_total', type: 'counter', labels: ['destination', 'type'], since: 'seed' },
  { name: 'roboflow_upload_duration_seconds', type: 'histogram', labels: ['file_type'], since: 'seed' },
  { name: 'roboflow_upload_retries_total', type: 'counter', labels: ['reason'], since: 'seed' },
  { name: 'roboflow_upload_bytes_total', type: 'counter', labels: [], since: 'seed' },
  { name: 'roboflow_pending_uploads', type: 'gauge', labels: [], since: 'seed' },
  { name: 'roboflow_buffer_usage_bytes', type: 'gauge', labels: [], since: 'seed' },
  { name: 'roboflow_cache_hit_total', type: 'counter', labels: [], since: 'seed' },
  { name: 'roboflow_cache_miss_total', type: 'counter', labels: [], since: 'seed' },
  { name: 'roboflow_active_conversions', type: 'gauge', labels: [], since: 'seed' },
  { name: 'roboflow_video_encoding_duration_seconds', type: 'histogram', labels: [], since: 'seed' },
  { name: 'roboflow_video_frames_encoded_total', type: 'counter', labels: ['camera'], since: 'seed' },
];
