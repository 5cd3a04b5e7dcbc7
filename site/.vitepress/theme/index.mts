import { useData, useRoute } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { h, onMounted, watch } from 'vue';
import './style.css';

export default {
  extends: DefaultTheme,
  Layout: {
    setup() {
      const { frontmatter } = useData();
      const route = useRoute();
      onMounted(() => watch(() => route.path, () => mend(frontmatter.value.layout === 'home'), { immediate: true, flush: 'post' }));
      return () => h(DefaultTheme.Layout);
    },
  },
};

/** Mends what keeps readers with a screen reader from the pages of the default theme. */
function mend(isHome: boolean): void {
  // The layout of the front page has no main landmark, by which they jump to the content.
  const content = document.getElementById('VPContent');
  if (isHome) {
    content?.setAttribute('role', 'main');
  } else {
    content?.removeAttribute('role');
  }
  // A group of the sidebar is a button with another button in it, which does the same.
  for (const caret of document.querySelectorAll('.VPSidebarItem > .item[role=button] > .caret')) {
    caret.removeAttribute('role');
    caret.removeAttribute('tabindex');
    caret.removeAttribute('aria-label');
  }
}
