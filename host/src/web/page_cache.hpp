/// \file
/// Pages that are the same for everybody, finished and compressed, in memory.
///
/// A hit costs a lookup and two shared pointers: the header lines were put together when the
/// page was made. Several misses of one page at once make it once. A page dies when the
/// theme changes, when somebody says so (epoch), or of age.
#pragma once

#include "http/application.hpp"
#include "web/conditional.hpp"

#include <whatsflow/sdk/http.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace whatsflow::web {

/// What one page is kept under. `path` must be a plain path (see target.hpp).
struct PageKey {
    sdk::Site site = sdk::Site::landing;
    bool secure = false;
    std::string_view locale;
    std::string_view path;
};

struct PageVariant {
    std::string etag;
    std::shared_ptr<const std::string> header_block;        ///< of the 200
    std::shared_ptr<const std::string> not_modified_block;  ///< of the 304
    std::shared_ptr<const std::string> body;                ///< null: there is no such variant
};

struct CachedPage {
    std::string route;   ///< pattern, for the metrics
    std::string plugin;  ///< who made it
    PageVariant identity;
    PageVariant gzip;
    PageVariant brotli;

    /// The reply for this client: the encoding it likes best, or 304.
    [[nodiscard]] http::WireReply reply(const sdk::Headers& request, bool head_only) const;
};

/// Compresses, or returns nothing when it does not pay.
using Compress = std::function<std::optional<std::string>(std::string_view bytes, Encoding encoding)>;

/// Puts the variants together. `headers` are those of the 200 reply without ETag, Vary and
/// Content-Encoding.
[[nodiscard]] std::shared_ptr<CachedPage> make_cached_page(std::string body, const sdk::Headers& headers,
                                                           const Compress& compress);

class PageCache {
public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;
    /// Null when the page cannot be kept.
    using Make = std::function<std::shared_ptr<const CachedPage>()>;

    PageCache(std::chrono::milliseconds max_age, Now now, std::size_t most_pages = 2'000);

    /// [any thread; a lookup] Null on a miss.
    [[nodiscard]] std::shared_ptr<const CachedPage> find(const PageKey& key, std::uint64_t generation) const;

    /// [pool-thread] The page, made by `make` unless another thread is making it already;
    /// then waits for that one. Null when it could not be made or kept by whoever made it.
    [[nodiscard]] std::shared_ptr<const CachedPage> find_or_make(const PageKey& key, std::uint64_t generation,
                                                                 const Make& make);

    /// Every page is made anew from now on.
    void start_new_epoch() noexcept { epoch_.fetch_add(1, std::memory_order_relaxed); }
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        std::shared_ptr<const CachedPage> page;
        std::uint64_t generation = 0;
        std::uint64_t epoch = 0;
        std::chrono::steady_clock::time_point dies_at;
    };
    struct StoredKey {
        sdk::Site site;
        bool secure;
        std::string locale;
        std::string path;
    };
    struct KeyHash {
        using is_transparent = void;
        std::size_t operator()(const PageKey& key) const noexcept;
        std::size_t operator()(const StoredKey& key) const noexcept;
    };
    struct KeyEqual {
        using is_transparent = void;
        template <class Left, class Right>
        bool operator()(const Left& left, const Right& right) const noexcept {
            return left.site == right.site && left.secure == right.secure && left.locale == right.locale &&
                   left.path == right.path;
        }
    };
    using Flight = std::shared_future<std::shared_ptr<const CachedPage>>;

    void keep(const PageKey& key, Entry entry);

    std::chrono::milliseconds max_age_;
    Now now_;
    std::size_t most_pages_;
    std::atomic<std::uint64_t> epoch_{0};
    mutable std::shared_mutex mutex_;
    std::unordered_map<StoredKey, Entry, KeyHash, KeyEqual> entries_;
    std::mutex flights_mutex_;
    std::unordered_map<StoredKey, Flight, KeyHash, KeyEqual> flights_;
};

}  // namespace whatsflow::web
