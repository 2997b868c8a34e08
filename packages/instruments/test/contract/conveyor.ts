import type { ContractMetric } from './contract-metric.ts';

/**
 * Conveyor. The code at its HEAD has the prefix `conveyor_etl_router_`; the published documentation, whose dashboards
 * people have, says `conveyor_router_`, and so do we. No list of label values is fixed anywhere, and no buckets.
 */
export const conveyorContract: readonly ContractMetric[] = [
  { name: 'conveyor_router_records_received_total', type: 'counter', labels: ['source_id'], since: 'seed' },
  { name: 'conveyor_router_records_routed_total', type: 'counter', labels: ['pipeline_id', 'stage_id'], since: 'seed' },
  { name: 'conveyor_router_records_delivered_total', type: 'counter', labels: ['sink_id'], since: 'seed' },
  { name: 'conveyor_router_routing_latency_ms', type: 'histogram', labels: ['pipeline_id'], since: 'seed' },
  { name: 'conveyor_router_buffer_utilization', type: 'gauge', labels: ['stage_id'], since: 'seed' },
  { name: 'conveyor_router_backpressure_events_total', type: 'counter', labels: ['source_id'], since: 'seed' },
  { name: 'conveyor_router_active_services', type: 'gauge', labels: ['service_type'], since: 'seed' },
  { name: 'conveyor_router_raft_is_leader', type: 'gauge', labels: [], since: 'seed' },
  { name: 'conveyor_router_raft_term', type: 'gauge', labels: [], since: 'seed' },
  { name: 'conveyor_router_retry_events_total', type: 'counter', labels: ['stage_id'], since: 'seed' },
  { name: 'conveyor_router_checkpoints_saved_total', type: 'counter', labels: ['service_id'], since: 'seed' },
  { name: 'conveyor_router_group_rebalances_total', type: 'counter', labels: ['group_id'], since: 'seed' },
];
