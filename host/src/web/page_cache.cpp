#include "web/page_cache.hpp"

#include "web/security_headers.hpp"

namespace whatsflow::web {
namespace {

std::size_t hash_of(sdk::Site site, bool secure, std::string_view locale, std::string_view path) noexcept {
    const std::hash<std::string_view> hash;
    std::size_t result = hash(path);
    result = result * 31 + hash(locale);
    return result * 31 + static_cast<std::size_t>(site) * 2 + (secure ? 1u : 0u);
}

PageVariant make_variant(std::string body, const sdk::Headers& headers, const std::string& etag, Encoding encoding) {
    PageVariant variant;
    variant.etag = etag_for(etag, encoding);
    std::string block;
    std::string not_modified;
    for (const auto& [name, value] : headers.entries()) {
        const auto line = header_line(name, value);
        block += line;
        // A 304 repeats what caches update, not what describes the body.
        if (!name.starts_with("Content-") || name == "Content-Security-Policy") not_modified += line;
    }
    const auto common = header_line("ETag", variant.etag) + header_line("Vary", "Accept-Encoding");
    block += common;
    not_modified += common;
    if (encoding != Encoding::identity) block += header_line("Content-Encoding", content_coding(encoding));
    variant.header_block = std::make_shared<const std::string>(std::move(block));
    variant.not_modified_block = std::make_shared<const std::string>(std::move(not_modified));
    variant.body = std::make_shared<const std::string>(std::move(body));
    return variant;
}

}  // namespace

std::shared_ptr<CachedPage> make_cached_page(std::string body, const sdk::Headers& headers, const Compress& compress) {
    auto page = std::make_shared<CachedPage>();
    const auto etag = strong_etag(body);
    if (compress) {
        if (auto bytes = compress(body, Encoding::gzip))
            page->gzip = make_variant(std::move(*bytes), headers, etag, Encoding::gzip);
        if (auto bytes = compress(body, Encoding::brotli))
            page->brotli = make_variant(std::move(*bytes), headers, etag, Encoding::brotli);
    }
    page->identity = make_variant(std::move(body), headers, etag, Encoding::identity);
    return page;
}

http::WireReply CachedPage::reply(const sdk::Headers& request, bool head_only) const {
    const PageVariant* variant = &identity;
    switch (choose_encoding(request.find("accept-encoding"), gzip.body != nullptr, brotli.body != nullptr)) {
        case Encoding::gzip: variant = &gzip; break;
        case Encoding::brotli: variant = &brotli; break;
        case Encoding::identity: break;
    }
    http::WireReply reply;
    reply.head_only = head_only;
    if (const auto known = request.find("if-none-match"); known && etag_matches(*known, variant->etag)) {
        reply.status = 304;
        reply.header_block = variant->not_modified_block;
        return reply;
    }
    reply.header_block = variant->header_block;
    reply.body = variant->body;
    return reply;
}

std::size_t PageCache::KeyHash::operator()(const PageKey& key) const noexcept {
    return hash_of(key.site, key.secure, key.locale, key.path);
}

std::size_t PageCache::KeyHash::operator()(const StoredKey& key) const noexcept {
    return hash_of(key.site, key.secure, key.locale, key.path);
}

PageCache::PageCache(std::chrono::milliseconds max_age, Now now, std::size_t most_pages)
    : max_age_(max_age), now_(std::move(now)), most_pages_(most_pages) {}

std::shared_ptr<const CachedPage> PageCache::find(const PageKey& key, std::uint64_t generation) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    const auto& entry = found->second;
    if (entry.generation != generation || entry.epoch != epoch_.load(std::memory_order_relaxed) ||
        now_() >= entry.dies_at)
        return nullptr;
    return entry.page;
}

std::shared_ptr<const CachedPage> PageCache::find_or_make(const PageKey& key, std::uint64_t generation,
                                                          const Make& make) {
    if (auto page = find(key, generation)) return page;

    std::promise<std::shared_ptr<const CachedPage>> promise;
    Flight flight;
    {
        const std::lock_guard lock(flights_mutex_);
        if (const auto found = flights_.find(key); found != flights_.end())
            flight = found->second;
        else if (auto page = find(key, generation))
            return page;  // somebody finished it between the two looks
        else
            flights_.emplace(StoredKey{key.site, key.secure, std::string(key.locale), std::string(key.path)},
                             promise.get_future().share());
    }
    if (flight.valid()) return flight.get();

    // What is read before the page is made may be old when it is done: stamp it with then.
    Entry entry{nullptr, generation, epoch_.load(std::memory_order_relaxed), now_() + max_age_};
    try {
        entry.page = make();
    } catch (...) {
        entry.page = nullptr;
    }
    const auto page = entry.page;
    if (page) keep(key, std::move(entry));
    {
        const std::lock_guard lock(flights_mutex_);
        flights_.erase(flights_.find(key));
    }
    promise.set_value(page);
    return page;
}

void PageCache::keep(const PageKey& key, Entry entry) {
    const std::unique_lock lock(mutex_);
    if (const auto found = entries_.find(key); found != entries_.end()) {
        found->second = std::move(entry);
        return;
    }
    if (entries_.size() >= most_pages_) {
        const auto now = now_();
        std::erase_if(entries_, [&](const auto& item) { return now >= item.second.dies_at; });
        if (entries_.size() >= most_pages_) entries_.erase(entries_.begin());
    }
    entries_.emplace(StoredKey{key.site, key.secure, std::string(key.locale), std::string(key.path)}, std::move(entry));
}

std::size_t PageCache::size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
}

}  // namespace whatsflow::web
