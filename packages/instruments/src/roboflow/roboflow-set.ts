import type { InstrumentDefinitions, InstrumentSet } from '../definition.ts';

/**
 * Seconds for work on whole files: an episode, an encode job, an upload. Short test clips take a fraction of a
 * second, a long multi-camera recording most of an hour, so the steps double or triple over four decades; the
 * customary web-request buckets would put nearly everything into `+Inf`.
 */
const FILE_WORK_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] as const;

const definitions = {
  episodesProcessed: {
    name: 'roboflow_episodes_processed',
    instrument: 'counter',
    unit: '{episode}',
    description: 'Episodes whose conversion has ended, by how it ended.',
    attributes: { dataset_id: 'string', status: 'string' },
    since: 'seed',
  },
  episodeProcessingDurationSeconds: {
    name: 'roboflow_episode_processing_duration_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds from the start to the end of the processing of an episode.',
    attributes: {},
    boundaries: FILE_WORK_SECONDS,
    since: 'seed',
  },
  framesProcessed: {
    name: 'roboflow_frames_processed',
    instrument: 'counter',
    unit: '{frame}',
    description: 'Frames that the conversion has written.',
    attributes: {},
    since: 'seed',
  },
  bytesRead: {
    name: 'roboflow_bytes_read',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes read from storage.',
    attributes: { source: 'string' },
    since: 'seed',
  },
  bytesWritten: {
    name: 'roboflow_bytes_written',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes written to storage.',
    attributes: { destination: 'string', type: 'string' },
    since: 'seed',
  },
  uploadDurationSeconds: {
    name: 'roboflow_upload_duration_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds that the upload of a file took.',
    attributes: { file_type: 'string' },
    boundaries: FILE_WORK_SECONDS,
    since: 'seed',
  },
  uploadRetries: {
    name: 'roboflow_upload_retries',
    instrument: 'counter',
    unit: '{retry}',
    description: 'Upload attempts that failed and were made again, by the reason of the failure.',
    attributes: { reason: 'string' },
    since: 'seed',
  },
  uploadBytes: {
    name: 'roboflow_upload_bytes',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes of uploads that succeeded.',
    attributes: {},
    since: 'seed',
  },
  pendingUploads: {
    name: 'roboflow_pending_uploads',
    instrument: 'upDownCounter',
    unit: '{upload}',
    description: 'Uploads that are queued and not yet taken by a worker.',
    attributes: {},
    since: 'seed',
  },
  bufferUsageBytes: {
    name: 'roboflow_buffer_usage_bytes',
    instrument: 'gauge',
    unit: 'By',
    description: 'Bytes that are buffered at present.',
    attributes: {},
    since: 'seed',
  },
  cacheHit: {
    name: 'roboflow_cache_hit',
    instrument: 'counter',
    unit: '{hit}',
    description: 'Reads that the local cache has served.',
    attributes: {},
    since: 'seed',
  },
  cacheMiss: {
    name: 'roboflow_cache_miss',
    instrument: 'counter',
    unit: '{miss}',
    description: 'Reads that had to go to the remote storage.',
    attributes: {},
    since: 'seed',
  },
  activeConversions: {
    name: 'roboflow_active_conversions',
    instrument: 'upDownCounter',
    unit: '{conversion}',
    description: 'Conversions that are running at present.',
    attributes: {},
    since: 'seed',
  },
  videoEncodingDurationSeconds: {
    name: 'roboflow_video_encoding_duration_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds that a video encoding job took.',
    attributes: {},
    boundaries: FILE_WORK_SECONDS,
    since: 'seed',
  },
  videoFramesEncoded: {
    name: 'roboflow_video_frames_encoded',
    instrument: 'counter',
    unit: '{frame}',
    description: 'Video frames encoded, by camera.',
    attributes: { camera: 'string' },
    since: 'seed',
  },
} as const satisfies InstrumentDefinitions;

/** Roboflow's instruments by property name, as a type. */
export type RoboflowDefinitions = typeof definitions;

/** Roboflow's instruments as data. */
export const roboflowSet: InstrumentSet<RoboflowDefinitions> = {
  scope: 'roboflow',
  prefix: 'roboflow_',
  definitions,
};
