import '@fontsource-variable/inter/wght.css';
import './styles/app.css';

import { mount } from 'svelte';

import App from './app/App.svelte';
import { startTheme } from './app/theme.svelte';

startTheme();

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app element');
mount(App, { target });
