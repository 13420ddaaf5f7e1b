/// \file
/// How much of anything one connection may ask of us, and for how long.
///
/// Plain numbers without behaviour. The defaults are those of production; tests set short
/// times and small sizes.
#pragma once

#include <chrono>
#include <cstddef>

namespace whatsflow::http {

/// Sizes, in bytes unless the name says otherwise.
struct Limits {
    std::size_t request_line = 8 * 1024;       ///< 414 past it
    std::size_t head = 32 * 1024;              ///< 431 past it
    std::size_t header_count = 100;            ///< 431 past it
    std::size_t body = 16 * 1024 * 1024;       ///< 413 past it, whatever the application allows
    std::size_t pipelined = 256 * 1024;        ///< kept while a request is being answered; then we close
    std::size_t discarded = 16 * 1024 * 1024;  ///< read and thrown away after the last reply; then we cut
    std::size_t connections = 4096;            ///< 503 past it
    std::size_t connections_per_address = 1024;
    std::size_t slow_readers = 512;                     ///< replies waiting for their reader; dropped past it
    std::size_t slow_reader_bytes = 256 * 1024 * 1024;  ///< held for them in all
    std::size_t streams = 8;                            ///< bodies made while they are sent; 503 past it
};

/// Every wait that a client can cause ends by one of these.
struct Deadlines {
    std::chrono::milliseconds head{25'000};           ///< first byte (or connect) to the blank line
    std::chrono::milliseconds body{30'000};           ///< blank line to the last byte of the body
    std::chrono::milliseconds idle{30'000};           ///< between requests, and before the first byte
    std::chrono::milliseconds linger{2'000};          ///< a client's silence after our last byte
    std::chrono::milliseconds linger_total{8'000};    ///< our last byte to the client's close
    std::chrono::milliseconds reader_stall{10'000};   ///< a reader that takes nothing
    std::chrono::milliseconds reader_total{120'000};  ///< a reader that takes too little of a reply or a piece
    std::chrono::milliseconds stream_stall{30'000};   ///< the same as reader_stall, for a stream
    std::chrono::milliseconds sweep{500};             ///< how often deadlines are looked at
};

}  // namespace whatsflow::http
