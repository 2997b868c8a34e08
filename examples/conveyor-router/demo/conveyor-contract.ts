/** Conveyor's metrics as its own documentation lists them, written down here apart from the code that emits them. */
export interface ContractMetric {
  /** The name in Prometheus text. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
}

/** All twelve of them. */
export const conveyorContract: readonly ContractMetric[] = [
  { name: 'conveyor_router_records_received_total', type: 'counter' },
  { name: 'conveyor_router_records_routed_total', type: 'counter' },
  { name: 'conveyor_router_records_delivered_total', type: 'counter' },
  { name: 'conveyor_router_routing_latency_ms', type: 'histogram' },
  { name: 'conveyor_router_buffer_utilization', type: 'gauge' },
  { name: 'conveyor_router_backpressure_events_total', type: 'counter' },
  { name: 'conveyor_router_active_services', type: 'gauge' },
  { name: 'conveyor_router_raft_is_leader', type: 'gauge' },
  { name: 'conveyor_router_raft_term', type: 'gauge' },
  { name: 'conveyor_router_retry_events_total', type: 'counter' },
  { name: 'conveyor_router_checkpoints_saved_total', type: 'counter' },
  { name: 'conveyor_router_group_rebalances_total', type: 'counter' },
];
