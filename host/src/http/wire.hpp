/// \file
/// What all connections of one server share.
#pragma once

#include "http/application.hpp"
#include "http/connection_table.hpp"
#include "http/server_options.hpp"
#include "http/slow_readers.hpp"
#include "http/stream_writers.hpp"
#include "http/worker_pool.hpp"

#include <atomic>

namespace whatsflow::http {

struct Wire {
    Wire(ServerOptions given, Application& app)
        : options(std::move(given)),
          application(app),
          table(options.limits),
          slow_readers(options.limits, options.deadlines),
          streams(options.limits, options.deadlines),
          pool({.workers = options.workers,
                .queue_length = options.queue_length,
                .brisk = options.brisk,
                .written_off_limit = options.written_off_limit,
                .on_written_off = options.on_written_off}) {}

    const ServerOptions options;
    Application& application;
    ConnectionTable table;
    SlowReaders slow_readers;
    StreamWriters streams;
    WorkerPool pool;
    std::atomic<bool> draining{false};
};

}  // namespace whatsflow::http
