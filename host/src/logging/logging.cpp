#include "logging/logging.hpp"

#include "logging/file_sink.hpp"
#include "logging/line.hpp"
#include "logging/recent_lines.hpp"
#include "logging/request_scope.hpp"

#include <unistd.h>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/logger.h>

#include <array>
#include <map>

namespace whatsflow::logging {
namespace {

constexpr std::array<std::string_view, 5> level_names{"trace", "debug", "info", "warn", "error"};

spdlog::level::level_enum to_spdlog(sdk::LogLevel level) {
    switch (level) {
        case sdk::LogLevel::trace: return spdlog::level::trace;
        case sdk::LogLevel::debug: return spdlog::level::debug;
        case sdk::LogLevel::info: return spdlog::level::info;
        case sdk::LogLevel::warn: return spdlog::level::warn;
        case sdk::LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

sdk::Instant now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

std::optional<sdk::LogLevel> level_from(std::string_view name) {
    const auto* const found = std::ranges::find(level_names, name);
    if (found == level_names.end()) return std::nullopt;
    return static_cast<sdk::LogLevel>(found - level_names.begin());
}

std::optional<Format> format_from(std::string_view name) {
    if (name == "text") return Format::text;
    if (name == "json") return Format::json;
    return std::nullopt;
}

std::string_view to_text(sdk::LogLevel level) {
    return level_names.at(static_cast<std::size_t>(level));
}

class Logging::Impl {
public:
    explicit Impl(const Options& options)
        : format(options.format),
          room_for_all(options.queue_lines - options.queue_lines / 4),
          level(options.level),
          sink(std::make_shared<FileSink>(options.file, options.remembered_lines)),
          // One thread: with two, lines would change places.
          pool(std::make_shared<spdlog::details::thread_pool>(options.queue_lines, 1)),
          queue(std::make_shared<spdlog::async_logger>("whatsflow", sink, pool,
                                                       spdlog::async_overflow_policy::overrun_oldest)),
          direct(std::make_shared<spdlog::logger>("whatsflow", sink)) {
        for (auto* const writer : {static_cast<spdlog::logger*>(queue.get()), direct.get()}) {
            writer->set_level(spdlog::level::trace);
            // Its default handler prints to standard error by itself, past our escaping.
            writer->set_error_handler([this](const std::string&) { refused.fetch_add(1, std::memory_order_relaxed); });
        }
    }

    /// Whose line it is, and which way it goes.
    enum class Source { host, plugin, sure };

    void post(sdk::LogLevel line_level, std::string_view logger, Source source, std::string_view message,
              const sdk::LogFields& fields) noexcept {
        try {
            const bool queued = source != Source::sure;
            if (queued && line_level < sdk::LogLevel::warn && pool->queue_size() >= room_for_all) {
                refused.fetch_add(1, std::memory_order_relaxed);
                return;
            }
            const Line line{now(), line_level, logger, source == Source::plugin, RequestScope::current(), message,
                            fields};
            const auto text = format == Format::json ? to_json_line(line) : marked_text_line(line);
            spdlog::logger& writer = queued ? *queue : *direct;
            writer.log(to_spdlog(line_level), spdlog::string_view_t{text.data(), text.size()});
        } catch (...) {
            refused.fetch_add(1, std::memory_order_relaxed);  // out of memory: the caller must not suffer
        }
    }

    class NamedLogger final : public sdk::Logger {
    public:
        NamedLogger(Impl& owner, std::string name, Source source)
            : owner_(owner), name_(std::move(name)), source_(source) {}

        bool enabled(sdk::LogLevel level) const noexcept override {
            return level >= owner_.level.load(std::memory_order_relaxed);
        }
        void write(sdk::LogLevel level, std::string_view message, const sdk::LogFields& fields) noexcept override {
            if (enabled(level)) owner_.post(level, name_, source_, message, fields);
        }

    private:
        Impl& owner_;
        const std::string name_;
        const Source source_;
    };

    sdk::Logger& named(const std::string& name, Source source) {
        const std::lock_guard lock{names};
        auto& logger = loggers[{source, name}];
        if (!logger) logger = std::make_unique<NamedLogger>(*this, name, source);
        return *logger;
    }

    const Format format;
    const std::size_t room_for_all;  ///< queued lines from which on only warnings are taken
    std::atomic<sdk::LogLevel> level;
    std::atomic<std::uint64_t> refused{0};
    std::shared_ptr<FileSink> sink;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> queue;
    std::shared_ptr<spdlog::logger> direct;  ///< the same sink, on the caller's thread
    std::mutex flushing;
    std::mutex names;
    std::map<std::pair<Source, std::string>, std::unique_ptr<NamedLogger>> loggers;
};

sdk::Result<std::unique_ptr<Logging>> Logging::open(const Options& options) {
    auto impl = std::make_unique<Impl>(options);
    if (auto opened = impl->sink->reopen(); !opened) return opened.error();
    return std::unique_ptr<Logging>{new Logging{std::move(impl)}};
}

Logging::Logging(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Logging::~Logging() = default;

sdk::Logger& Logging::logger(const std::string& part) {
    return impl_->named(part, Impl::Source::host);
}

sdk::Logger& Logging::plugin_logger(const std::string& plugin_id) {
    return impl_->named(plugin_id, Impl::Source::plugin);
}

sdk::Logger& Logging::sure_logger(const std::string& part) {
    return impl_->named(part, Impl::Source::sure);
}

void Logging::set_level(sdk::LogLevel level) noexcept {
    impl_->level = level;
}

sdk::LogLevel Logging::level() const noexcept {
    return impl_->level;
}

sdk::Result<void> Logging::reopen() {
    return impl_->sink->reopen();
}

void Logging::flush() noexcept {
    try {
        const std::lock_guard one_at_a_time{impl_->flushing};  // another's flush would end our wait early
        const auto before = impl_->sink->flushes();
        impl_->queue->flush();
        impl_->sink->wait_for_flush_after(before);
    } catch (...) {
        return;  // nothing sensible is left to do; the queue is written anyway
    }
}

void Logging::write_at_once(std::string_view line) noexcept {
    const int descriptor = impl_->sink->descriptor();
    const auto write_some = [descriptor](const char* data, std::size_t size) {
        [[maybe_unused]] const auto ignored = ::write(descriptor, data, size);
    };
    write_some(line.data(), line.size());
    write_some("\n", 1);
}

std::uint64_t Logging::dropped() const noexcept {
    return impl_->refused.load(std::memory_order_relaxed) + impl_->pool->overrun_counter();
}

std::vector<RecentLine> Logging::recent(std::size_t most) const {
    return impl_->sink->recent(most);
}

}  // namespace whatsflow::logging
