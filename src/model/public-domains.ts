/**
 * Well-known top-level domains of the public DNS, without those of countries, which all have two letters. A host directly below one
 * of them would be a domain of somebody else. The list is not complete: there are more than a thousand. It leaves out `global`, the
 * suffix of the guide.
 * @see https://data.iana.org/TLD/tlds-alpha-by-domain.txt
 */
export const PUBLIC_TOP_LEVEL_DOMAINS = new Set([
  'academy', 'aero', 'agency', 'amazon', 'app', 'art', 'asia', 'audio', 'aws', 'azure', 'bank', 'best', 'bio', 'biz', 'blog', 'blue',
  'build', 'business', 'cafe', 'camp', 'capital', 'care', 'cat', 'center', 'chat', 'city', 'clinic', 'cloud', 'club', 'codes', 'coffee',
  'com', 'community', 'company', 'computer', 'consulting', 'contact', 'cool', 'coop', 'dance', 'data', 'date', 'day', 'deals',
  'delivery', 'design', 'dev', 'digital', 'direct', 'directory', 'domains', 'download', 'earth', 'edu', 'education', 'email', 'energy',
  'engineering', 'enterprises', 'equipment', 'events', 'exchange', 'expert', 'express', 'farm', 'fashion', 'finance', 'fit', 'foundation',
  'fun', 'fund', 'fyi', 'gallery', 'games', 'gmail', 'google', 'gov', 'graphics', 'green', 'group', 'guide', 'guru', 'health', 'help',
  'homes', 'host', 'hosting', 'house', 'icu', 'inc', 'info', 'ing', 'ink', 'institute', 'insurance', 'int', 'international', 'investments',
  'jobs', 'land', 'law', 'legal', 'life', 'limited', 'link', 'live', 'llc', 'loan', 'lol', 'love', 'ltd', 'management', 'market',
  'marketing', 'media', 'microsoft', 'mil', 'mobi', 'money', 'monster', 'mov', 'movie', 'museum', 'name', 'net', 'network', 'new', 'news',
  'ngo', 'one', 'online', 'org', 'page', 'partners', 'parts', 'photo', 'photos', 'place', 'plus', 'post', 'press', 'prime', 'pro', 'prod',
  'productions', 'properties', 'pub', 'red', 'rest', 'review', 'rocks', 'run', 'sale', 'school', 'science', 'security', 'services', 'shop',
  'show', 'site', 'social', 'software', 'solutions', 'space', 'store', 'stream', 'studio', 'supply', 'support', 'systems', 'team', 'tech',
  'technology', 'tel', 'tips', 'today', 'tools', 'top', 'tours', 'town', 'trade', 'training', 'travel', 'tube', 'university', 'uno',
  'video', 'vip', 'watch', 'website', 'wiki', 'win', 'work', 'works', 'world', 'wtf', 'xxx', 'xyz', 'zip', 'zone',
]);
